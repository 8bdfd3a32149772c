/** The example app: shows who is signed in and lets them edit their account. */
import { render } from 'preact';

const root = document.getElementById('app');
if (root) render(<h1>Your account</h1>, root);
