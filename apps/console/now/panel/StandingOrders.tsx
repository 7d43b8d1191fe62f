import {
  dateTime,
  type Gate,
  GateChip,
  type GateMode,
  type GateSetting,
  type Person,
  ruleText,
} from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useWho } from '../../shell/useWho.ts';
import { stricter } from './strictness.ts';

type Standing = { mode: GateMode; delayMs: number; by: Person; at: string | null };
/** What `GET /api/broadcasts/{id}/gate` answers. */
export type Orders = { gate: Gate; policy: Gate; orders: { media?: Standing; messages?: Standing } };

/** For picture and messages: what policy says, whose order stands, and what will hold once this one is given. */
export function StandingOrders(props: {
  orders: Orders;
  asked?: { media: GateMode; messages: GateMode; delayMs: number };
}): ReactElement {
  const { t } = useTranslation();
  const who = useWho();
  const { orders, asked } = props;
  return (
    <dl className="standing">
      {(['media', 'messages'] as const).map((gate) => {
        const policy = orders.policy[gate];
        const order = orders.orders[gate];
        const next: GateSetting | undefined = asked && {
          mode: asked[gate],
          delayMs: asked[gate] === 'delay' ? asked.delayMs : 0,
          rule: 'order',
        };
        return (
          <div key={gate}>
            <dt>{t(`console.detail.${gate}`)}</dt>
            <dd>
              <span className="mute">{t('console.order.policy')}</span> <GateChip gate={policy} plain />{' '}
              <span className="mute small">{ruleText(t, policy.rule)}</span>
            </dd>
            <dd>
              <span className="mute">{t('console.order.standing')}</span>{' '}
              {order ? (
                <>
                  <GateChip gate={{ ...order, rule: 'order' }} plain />{' '}
                  <span className="mute small">
                    {who(order.by)} {order.at ? dateTime(order.at) : ''}
                  </span>
                </>
              ) : (
                t('console.order.none')
              )}
            </dd>
            {next && (
              <dd>
                <span className="mute">{t('console.order.result')}</span>{' '}
                <GateChip gate={stricter(policy, next)} plain />
              </dd>
            )}
          </div>
        );
      })}
    </dl>
  );
}
