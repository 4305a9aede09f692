import type { TwinEvents, TwinViewer } from '@twinmap/viewer'
import '@twinmap/viewer'
import { useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'

// React 19 sets properties of custom elements and listens to their events as `on` + name; these are their types.
declare module 'react' {
  // biome-ignore lint/style/noNamespace: this is how React lets a page add a tag
  namespace JSX {
    interface IntrinsicElements {
      'twin-viewer': Partial<Pick<TwinViewer, 'src' | 'theme' | 'locale' | 'view' | 'getToken'>> &
        React.HTMLAttributes<TwinViewer> &
        React.RefAttributes<TwinViewer> & { [K in keyof TwinEvents as `on${K}`]?: (event: CustomEvent<TwinEvents[K]>) => void }
    }
  }
}

function Village() {
  const viewer = useRef<TwinViewer>(null)
  const [chosen, setChosen] = useState('')
  return (
    <>
      <twin-viewer
        ref={viewer}
        src="village.twin.json"
        ontwin-ready={() => viewer.current?.setAttribute('data-ready', '')}
        ontwin-error={({ detail }) => viewer.current?.setAttribute('data-error', detail.error.code)}
        ontwin-select={({ detail }) => setChosen(detail.chosen?.kind ?? '')}
      />
      <output>{chosen}</output>
    </>
  )
}

createRoot(document.querySelector('#app')!).render(<Village />)
