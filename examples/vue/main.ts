import '@twinmap/viewer'
import { createApp } from 'vue'
import VillageMap from './VillageMap.vue'

createApp(VillageMap).mount('#app')
