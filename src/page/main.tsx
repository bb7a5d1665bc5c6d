// The page's entry: puts the app into the document.
import { render } from 'preact'
import './styles/index.css'
import { App } from './app.js'

const root = document.getElementById('page')
if (root) render(<App />, root)
