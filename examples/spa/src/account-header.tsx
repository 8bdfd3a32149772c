/** Header of the account: picture, names and badges. */
import { useState } from 'preact/hooks';
import type { User } from './account-client.ts';
import { useFocusOnMount } from './focus.ts';
import { initialsOf } from './initials.ts';

export function AccountHeader({ user }: { user: User }) {
  const heading = useFocusOnMount<HTMLHeadingElement>();
  const work = [user.job_title, user.company].filter((part) => part !== null).join(' · ');
  return (
    <header class="account-header">
      <Avatar key={user.avatar_url} user={user} />
      <div class="names">
        <h1 ref={heading} tabIndex={-1}>
          {user.name ?? user.username}
        </h1>
        {user.name !== null && <p class="hint">{user.username}</p>}
        {work !== '' && <p>{work}</p>}
        <Badges user={user} />
      </div>
    </header>
  );
}

/** The picture, or initials when it is missing or fails to load. */
function Avatar({ user }: { user: User }) {
  const [failed, setFailed] = useState(false);
  if (user.avatar_url === null || failed) {
    return (
      <span class="avatar" aria-hidden="true">
        {initialsOf(user.name ?? user.username)}
      </span>
    );
  }
  const onError = () => setFailed(true);
  return <img class="avatar" src={user.avatar_url} alt="" {...{ onError }} />;
}

function Badges({ user }: { user: User }) {
  const badges: [shown: boolean, text: string, kind: string][] = [
    [user.is_superuser, 'Superuser', 'accent'],
    [user.is_service_account, 'Service account', 'accent'],
    [user.oauth_provider !== null, `SSO: ${user.oauth_provider}`, 'neutral'],
    [user.password_expired === true, 'Password expired', 'warning'],
    [!user.is_active, 'Not active', 'warning'],
  ];
  const shown = badges.filter(([holds]) => holds);
  if (shown.length === 0) return null;
  return (
    <ul class="badges" aria-label="Kind of account">
      {shown.map(([, text, kind]) => (
        <li key={text} class={`badge ${kind}`}>
          {text}
        </li>
      ))}
    </ul>
  );
}
