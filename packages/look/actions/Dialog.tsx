import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../icons.tsx';
import './dialog.css';

/** A modal dialog: the browser's own, so that focus stays inside and returns where it was. Esc closes it. */
export function Dialog(props: {
  title: string;
  onClose: () => void;
  narrow?: boolean;
  children: ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const ref = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog?.open) dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the dialog is a short cut; Esc and the button close it by key.
    <dialog
      ref={ref}
      className={`dialog ${props.narrow ? 'dialog-narrow' : ''}`}
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) props.onClose();
      }}
    >
      <div className="dialog-body">
        <div className="dialog-head">
          <h2 id={title}>{props.title}</h2>
          <button
            type="button"
            className="button button-quiet button-icon"
            aria-label={t('look.close')}
            onClick={props.onClose}
          >
            <Icon name="close" />
          </button>
        </div>
        {props.children}
      </div>
    </dialog>
  );
}
