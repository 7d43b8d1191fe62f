import type { AmfValue } from '../amf/reader.ts';

/** Longer names are no key of anybody's; they are not looked up. */
const MAX_KEY_CHARS = 256;

const queryKey = (query: string | undefined): string | undefined =>
  (query && new URLSearchParams(query).get('key')) || undefined;

const asText = (value: AmfValue): string => (typeof value === 'string' ? value : '');

/** Text before and after the first `?`. */
const cut = (text: string): [path: string, query: string | undefined] => {
  const at = text.indexOf('?');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
};

/**
 * Where an encoder wants to publish: the key from `?key=` of the stream name, of the app or of tcUrl,
 * else from the app's second segment (`live/KEY`), else the stream name itself. Empty where there is none.
 * @example publishAddress('live', 'rtmp://h/live', 'KEY') // {app: 'live', key: 'KEY'}
 */
export function publishAddress(app: AmfValue, tcUrl: AmfValue, name: AmfValue): { app: string; key: string } {
  const [appPath, appQuery] = cut(asText(app));
  const [namePath, nameQuery] = cut(asText(name));
  const [, urlQuery] = cut(asText(tcUrl));
  const [first = '', second] = appPath.split('/').filter(Boolean);
  const key = queryKey(nameQuery) ?? queryKey(appQuery) ?? queryKey(urlQuery) ?? second ?? namePath;
  return { app: first, key: key.length > MAX_KEY_CHARS ? '' : key };
}
