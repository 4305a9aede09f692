import '@twinmap/viewer'

const viewer = document.createElement('twin-viewer')
viewer.src = 'village.twin.json'
viewer.addEventListener('twin-ready', () => viewer.setAttribute('data-ready', ''))
viewer.addEventListener('twin-error', ({ detail }) => viewer.setAttribute('data-error', detail.error.code))
document.querySelector('#app')!.append(viewer)
