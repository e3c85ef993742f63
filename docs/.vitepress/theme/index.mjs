/** VitePress's own theme, with the fonts of the reader's system: a page loads nothing from elsewhere. */
import './style.css'

export { default } from 'vitepress/theme-without-fonts'
