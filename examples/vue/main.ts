import '@twinmap/viewer/vue'
import { createApp } from 'vue'
import VillageMap from './VillageMap.vue'

createApp(VillageMap).mount('#app')
