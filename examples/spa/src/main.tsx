/** Composition root: loads the configuration and renders the app. */
import { render } from 'preact';
import { createAccountClient } from './account-client.ts';
import { App } from './app.tsx';
import { createCognitoClient } from './cognito-client.ts';
import { loadConfig } from './config.ts';
import { keepFocusIn } from './focus.ts';
import { createSession } from './session.ts';
import './styles.css';

const root = document.getElementById('app');
if (root) {
  keepFocusIn(root);
  try {
    const config = await loadConfig();
    const session = createSession(config);
    const accounts = createAccountClient(config.apiUrl, session);
    const cognito = createCognitoClient(config.cognitoUrl, session.accessToken);
    const { identityProviders, signInNames } = config;
    render(<App {...{ session, accounts, cognito, identityProviders, signInNames }} />, root);
  } catch {
    render(<p class="fatal">The app could not be loaded. Reload the page to try again.</p>, root);
  }
}
