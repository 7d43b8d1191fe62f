import { FailureLine } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useAccount } from '../account/session.tsx';

/** Each role with the page that it opens. */
const ROLES = [
  ['viewer', '/'],
  ['publisher', '/studio'],
  ['reviewer', '/console'],
  ['admin', '/console'],
] as const;

/** One click makes one a viewer, publisher, reviewer or administrator. */
export function Roles(): ReactElement {
  const { t } = useTranslation();
  const { user, playRole } = useAccount();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const be = async (role: string): Promise<void> => {
    setBusy(true);
    setError(undefined);
    await playRole(role).catch(setError);
    setBusy(false);
  };
  return (
    <section aria-labelledby="roles" className="stack">
      <h2 id="roles">{t('demo.roles')}</h2>
      <ul className="roles">
        {ROLES.map(([role, page]) => {
          const now = user?.roles.includes(role) && isChief(user.roles, role);
          return (
            <li key={role} className={`panel role ${now ? 'role-now' : ''}`}>
              <strong>{t(`role.${role}`)}</strong>
              <p className="mute small">{t(`demo.role.${role}`)}</p>
              <p className="row">
                <button
                  type="button"
                  className="button"
                  disabled={busy || now}
                  aria-label={t('demo.beRole', { role: t(`role.${role}`) })}
                  onClick={() => void be(role)}
                >
                  {t(now ? 'demo.isRole' : 'demo.be')}
                </button>
                {now &&
                  (page === '/console' ? (
                    <a href={page}>{t('demo.open')}</a>
                  ) : (
                    <Link to={page}>{t('demo.open')}</Link>
                  ))}
              </p>
            </li>
          );
        })}
      </ul>
      {error !== undefined && <FailureLine error={error} />}
    </section>
  );
}

const RANK = ['viewer', 'publisher', 'reviewer', 'admin'];

/** True where `role` is the highest of the roles that an account has. */
function isChief(roles: readonly string[], role: string): boolean {
  const highest = Math.max(...roles.map((one) => RANK.indexOf(one)));
  return RANK.indexOf(role) === highest;
}
