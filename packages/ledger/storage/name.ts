/** @throws RangeError where a name would lead out of its storage */
export function checkName(name: string): void {
  if (name.startsWith('/') || name.split('/').some((part) => part === '..' || part === '.'))
    throw new RangeError('no object has such a name');
}
