import '@twinmap/viewer/svelte'
import { mount } from 'svelte'
import VillageMap from './VillageMap.svelte'

mount(VillageMap, { target: document.querySelector('#app')! })
