/**
 * The page.
 *
 * Preact writes texts as texts: nothing a document, a tenant or a person says becomes markup.
 *
 * @module
 */
import { render } from 'preact'
import { Console } from './console.tsx'

render(<Console />, document.getElementById('console') as HTMLElement)
