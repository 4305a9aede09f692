const viewer = document.querySelector('twin-viewer')
viewer.addEventListener('twin-ready', () => viewer.setAttribute('data-ready', ''))
viewer.addEventListener('twin-error', ({ detail }) => viewer.setAttribute('data-error', detail.error.code))
