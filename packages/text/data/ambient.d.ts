declare module 'opencc-js/dict/*' {
  const text: string;
  export default text;
}
declare module 'hanzi/lib/data/cjk-decomp.txt.js' {
  const text: string;
  export default text;
}
