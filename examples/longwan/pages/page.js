// The demo's portal. A real one has its own sign-in and its own `getToken`; here theme, language, view and role come from
// the page's address (`?role=public&theme=dark`), and the demo's server signs a token for the role. Without one the whole
// page is the command centre's, who sees the walking person and acknowledges her SOS, and the page that embeds the map is
// everybody's.
const asked = new URLSearchParams(location.search)
const role = asked.get('role') ?? (document.body.classList.contains('full') ? 'command' : 'public')

/** null, so a public viewer, where the server hands out no such token: that of `--host` does not. */
async function demoToken() {
  const answer = await fetch(`demo-token?role=${encodeURIComponent(role)}`)
  return answer.ok ? (await answer.json()).token : null
}

for (const viewer of document.querySelectorAll('twin-viewer')) {
  for (const name of ['theme', 'locale', 'view']) if (asked.has(name)) viewer.setAttribute(name, asked.get(name))
  if (role !== 'public') viewer.getToken = demoToken
}
