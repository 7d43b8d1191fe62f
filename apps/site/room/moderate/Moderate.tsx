import { Dialog } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Moderators } from './Moderators.tsx';
import { Mutes } from './Mutes.tsx';
import { RoomWords } from './RoomWords.tsx';
import './moderate.css';

/** What a room's moderators look after: who is muted, which words are held or refused here, who they are. */
export function Moderate(props: { room: string; owns: boolean; onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <Dialog title={t('moderate.title')} onClose={props.onClose}>
      <p className="mute small">{t('moderate.bounds')}</p>
      <Mutes room={props.room} />
      <RoomWords room={props.room} />
      <Moderators room={props.room} owns={props.owns} />
    </Dialog>
  );
}
