// The demo's portal. A real one has its own sign-in and its own `getToken`; here theme, language, view and role come from
// the page's address (`?role=public&theme=dark`), and the demo's server signs a token for the role. Title and text follow
// the twin that is shown, so that a capture of your own never wears the demo's name. Without a role in the address the whole
// page is the command centre's, who sees the walking person and acknowledges her SOS; the page that embeds the map is
// everybody's.
const asked = new URLSearchParams(location.search)
const role = asked.get('role') ?? (document.body.classList.contains('full') ? 'command' : 'public')
const SUBJECT = '实景一张图'
const INVENTED = ['simulated drone capture', 'a stand-in until the community is made']
/** What stands in while `npm start` makes the community lies here; the page asks so often whether it is there. */
const STAND_IN = new URL('tiles/tileset.json', location.href).href
const ASK_AGAIN_MS = 3000

/** With `--host` it is a token of `public`, whatever was asked; null, so a public viewer, where the server signs none. */
async function demoToken() {
  const answer = await fetch(`demo-token?role=${encodeURIComponent(role)}`)
  return answer.ok ? (await answer.json()).token : null
}

function tell({ name, layers, tilesets }) {
  const title = `${name.zh ?? name.en} · ${SUBJECT}`
  document.title = title
  for (const heading of document.querySelectorAll('h1')) heading.textContent = title
  const holds = {
    layers: layers.length > 0,
    // Who made a capture up says so in its document.
    simulated: tilesets.some(({ source }) => INVENTED.includes(source?.en)),
  }
  for (const part of document.querySelectorAll('[data-where]')) part.hidden = !holds[part.dataset.where]
}

/** Turns the page to the community once the server shows it. */
async function follow(viewer) {
  const isStandIn = ({ tilesets }) => tilesets.some(({ url }) => new URL(url, location.href).href === STAND_IN)
  while (viewer.twin != null && isStandIn(viewer.twin.doc)) {
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
    if (document.hidden) continue
    try {
      const answer = await fetch('twin.json')
      if (answer.ok && !isStandIn(await answer.json())) return viewer.reload()
    } catch (error) {
      // The server is being started again, and the viewer says that it is away.
      if (!(error instanceof TypeError)) throw error
    }
  }
}

for (const viewer of document.querySelectorAll('twin-viewer')) {
  for (const name of ['theme', 'locale', 'view']) if (asked.has(name)) viewer.setAttribute(name, asked.get(name))
  if (role !== 'public') viewer.getToken = demoToken
  viewer.addEventListener('twin-ready', ({ detail }) => {
    tell(detail.twin.doc)
    void follow(viewer)
  })
}
