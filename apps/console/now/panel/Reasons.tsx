import { Choices, type Labelled, type Loaded, useLanguage, View } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { reasonLabel } from './reasons.ts';

/** The public reasons to choose from; the first nine have a key. */
export function Reasons(props: {
  load: Loaded<{ items: Labelled[] }>;
  value: string;
  onChoose: (code: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <View load={props.load}>
      {({ items }) => (
        <Choices
          label={t('console.cut.reason')}
          columns={2}
          choices={items.map((one, n) => ({
            value: one.code,
            label: reasonLabel(one, one.code, language),
            ...(n < 9 ? { key: `Digit${n + 1}` } : {}),
          }))}
          value={props.value}
          onChoose={props.onChoose}
        />
      )}
    </View>
  );
}
