import type { TwinViewer } from '@twinmap/viewer/react'
import '@twinmap/viewer/react'
import { useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'

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
