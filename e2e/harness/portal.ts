// A portal of another origin, which proxies one path to a twin's server as README.md says: once by a few lines of Node,
// once by nginx itself.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { request as ask, createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer as createSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './packed.ts'
import { STRICT_CSP } from './serve.ts'

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
const block = (start: string): string => {
  const at = readme.indexOf(start)
  if (at < 0) throw new Error(`README.md has no block ${start}`)
  return readme.slice(at + start.length + 1, readme.indexOf('```', at + start.length))
}
/** README's `location` for nginx. */
const LINES = block('```nginx portal')
const PREFIX = /location (\S+) \{/.exec(LINES)![1]!
/** A portal that has somebody signed in: README's lines for a token ask this address. */
const TOKEN_PATH = /fetch\('([^']+)'\)/.exec(block('```js token'))![1]!
export const PORTAL_PAGE = `<!doctype html>\n<meta charset="utf-8">\n<title>portal</title>\n${block('```html portal-page')}<script src="/token.js"></script>`
const TOKEN_SCRIPT = block('```js token')

const NGINX = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path))
export const nginxMissing = (): string | undefined => (NGINX === undefined ? 'nginx is missing: apt-get install -y nginx-light' : undefined)

export interface Portal {
  readonly origin: string
  /** Violations of the policy that pages reported. */
  readonly violations: string[]
  close(): Promise<void>
}

export const CSP_WITH_REPORTS = `${STRICT_CSP}; report-uri /csp-report`

/** The portal in Node: what the lines for nginx mean, prefix taken off, sockets passed on. */
export async function nodePortal(port: number, token: string): Promise<Portal> {
  const violations: string[] = []
  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    if (url === '/csp-report') {
      let body = ''
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      request.on('end', () => violations.push(body) && response.writeHead(204).end())
      return
    }
    if (!url.startsWith(PREFIX)) {
      const [type, text] =
        { '/': ['html', PORTAL_PAGE], '/token.js': ['javascript', TOKEN_SCRIPT], [TOKEN_PATH]: ['plain', token] }[url] ?? []
      response.writeHead(text === undefined ? 404 : 200, { 'Content-Type': `text/${type}`, 'Content-Security-Policy': CSP_WITH_REPORTS })
      response.end(text)
      return
    }
    const inner = ask(
      { host: '127.0.0.1', port, method: request.method, path: `/${url.slice(PREFIX.length)}`, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    inner.on('error', () => response.writeHead(502).end())
    request.pipe(inner)
  })
  server.on('upgrade', (request, socket: Socket, head: Buffer) => {
    const url = request.url ?? '/'
    if (!url.startsWith(PREFIX)) return socket.destroy()
    const inner = connect(port, '127.0.0.1', () => {
      const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`)
      inner.write(`GET /${url.slice(PREFIX.length)} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
      inner.write(head)
      socket.pipe(inner).pipe(socket)
    })
    for (const end of [inner, socket])
      end.on('error', () => {
        inner.destroy()
        socket.destroy()
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    violations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const socket = createSocket().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo
      socket.close(() => resolve(port))
    })
  })

/** The portal in nginx, with README's very lines; only the port of the twin is put in. */
export async function nginxPortal(port: number, token: string): Promise<Portal> {
  const folder = mkdtempSync(join(tmpdir(), 'twinmap-nginx-'))
  const own = await freePort()
  mkdirSync(join(folder, 'site'))
  writeFileSync(join(folder, 'site/index.html'), PORTAL_PAGE)
  writeFileSync(join(folder, 'site/token.js'), TOKEN_SCRIPT)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join('\n')
  const conf = `
daemon off; master_process off; pid ${join(folder, 'pid')}; error_log ${join(folder, 'error.log')};
events {}
http {
  types { text/html html; text/javascript js; }
  access_log off;
  ${temporary}
  server {
    listen 127.0.0.1:${own};
    root ${join(folder, 'site')};
    location = ${TOKEN_PATH} { default_type text/plain; return 200 "${token}"; }
    location / { add_header Content-Security-Policy "${STRICT_CSP}"; }
    ${LINES.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`)}
  }
}`
  writeFileSync(join(folder, 'nginx.conf'), conf)
  const child = spawn(NGINX!, ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')], { stdio: 'pipe' })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
  })
  for (let i = 0; i < 100; i++) {
    const up = await fetch(`http://127.0.0.1:${own}/`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (up)
      return {
        origin: `http://127.0.0.1:${own}`,
        violations: [],
        async close() {
          child.kill('SIGTERM')
          await ended
        },
      }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill('SIGKILL')
  throw new Error(`nginx does not start with README's lines: ${output}`)
}
