import { type ReactNode, useEffect, useId, useRef } from 'react';

import { useWords } from '../i18n';

interface Props {
  title: string;
  text: string;
  action: string;
  isOpen: boolean;
  /** What else is asked, e.g. a reason. */
  children?: ReactNode;
  /** Whether all that is asked is there. */
  isReady?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before what cannot be taken back. The browser's own dialog keeps the focus inside and closes on Escape. */
export function Confirm({ title, text, action, isOpen, children, isReady = true, onConfirm, onClose }: Props) {
  const { t } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const primary = useRef<HTMLButtonElement>(null);
  const name = useId();
  useEffect(() => {
    if (!isOpen) return dialog.current?.close();
    dialog.current?.showModal();
    return (dialog.current?.querySelector('input') ?? primary.current)?.focus();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      role="alertdialog"
      className="dialog"
      aria-labelledby={name}
      onClose={onClose}
      onClick={(event) => {
        // The box itself is under its content; a click on it is one on the backdrop.
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="dialog-body">
        <h2 id={name}>{title}</h2>
        <p>{text}</p>
        {children}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button ref={primary} type="button" className="button button-primary" disabled={!isReady} onClick={onConfirm}>
            {action}
          </button>
        </div>
      </div>
    </dialog>
  );
}
