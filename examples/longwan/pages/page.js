// The demo's portal. A real one has its own sign-in and its own `getToken`; here theme, language, view and role come from
// the page's address (`?role=public&theme=dark`), and the demo's server signs a token for the role. Title and text follow
// the twin that is shown, so that a capture of your own never wears the demo's name. Without a role in the address the whole
// page is the command centre's, who sees the walking person and acknowledges her SOS; the page that embeds the map is
// everybody's.
const asked = new URLSearchParams(location.search)
const role = asked.get('role') ?? (document.body.classList.contains('full') ? 'command' : 'public')
const SUBJECT = '实景一张图'
const SIMULATED = 'simulated drone capture'

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
    simulated: tilesets.some(({ source }) => source?.en === SIMULATED),
  }
  for (const part of document.querySelectorAll('[data-where]')) part.hidden = !holds[part.dataset.where]
}

for (const viewer of document.querySelectorAll('twin-viewer')) {
  for (const name of ['theme', 'locale', 'view']) if (asked.has(name)) viewer.setAttribute(name, asked.get(name))
  if (role !== 'public') viewer.getToken = demoToken
  viewer.addEventListener('twin-ready', ({ detail }) => tell(detail.twin.doc))
}
