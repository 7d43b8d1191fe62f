import type { TFunction } from 'i18next';
import { type ReactElement, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GateMode, GateSetting } from '../broadcast.ts';
import { duration } from '../format.ts';
import { useLanguage } from '../i18n/language.ts';
import './gate.css';

const LOOK: Readonly<Record<GateMode, readonly [glyph: string, tone: string]>> = {
  open: ['●', 'ok'],
  delay: ['◔', 'info'],
  review: ['◆', 'warn'],
  closed: ['■', 'danger'],
};

/**
 * The state of a gate as word, glyph and colour; activating it tells the rule that gave it.
 * `quiet` leaves out the chip of an open gate, as on the wall: normal says nothing.
 */
export function GateChip(props: {
  gate: GateSetting;
  quiet?: boolean;
  plain?: boolean;
}): ReactElement | null {
  const { t } = useTranslation();
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const ref = useRef<HTMLSpanElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const away = (event: Event): void => {
      if (!ref.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [open]);

  const { mode, delayMs, rule } = props.gate;
  if (props.quiet && mode === 'open') return null;
  const [glyph, tone] = LOOK[mode];
  const delay = duration(delayMs, language);
  const chip = (
    <span className={`chip ${tone}`} data-weir-gate={mode}>
      <span aria-hidden="true">{glyph}</span> {t(`gate.${mode}.chip`, { delay })}
    </span>
  );
  if (props.plain) return chip;
  return (
    <span ref={ref} className="gate">
      <button
        type="button"
        className="gate-button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && open) {
            event.stopPropagation();
            setOpen(false);
          }
        }}
      >
        {chip}
      </button>
      <span id={id} className="gate-rule" role="status" hidden={!open}>
        {open && (
          <>
            {t(`gate.${mode}.means`, { delay })}
            <br />
            <span className="mute">
              {t('gate.rule')} {ruleText(t, rule)}
            </span>
          </>
        )}
      </span>
    </span>
  );
}

/** Words for the rule that gave a setting: `order`, or `category:news` with what it is about after the colon. */
export function ruleText(t: TFunction, rule: string): string {
  const [kind = rule, about = ''] = rule.split(':');
  const of = about && t(`category.${about}`, { defaultValue: about });
  return t(`gate.rules.${kind}`, { of, defaultValue: rule });
}
