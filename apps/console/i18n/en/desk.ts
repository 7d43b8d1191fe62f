/** Texts of the console in English: the desk. */
export const desk = {
  desk: {
    title: 'Release desk',
    source: 'Source',
    public: 'What the public sees',
    behind: '{{time}} behind the source',
    strip: 'What the gate holds, in order',
    sum: '{{n}} stretches waiting · {{time}}',
    howReview: 'Only what you have seen can be released, in order; it goes public at real time.',
    howDelay: 'It goes public by itself when due; until then it can be dropped or cut off.',
    empty: 'The gate holds nothing yet. About every 2 s of the source appear here as they come.',
    none: 'This gate holds no picture: only “review” and “delay” have a desk.',
    cut: 'The broadcast is cut off; what the gate held is destroyed.',
    toBroadcast: 'Back to the broadcast',
    held: 'waiting',
    released: 'released',
    dropped: 'dropped',
    seen: 'seen',
    gap: 'The stretch at {{at}} was passed over; releases stop before it.',
    toGap: 'See it',
    following: 'Following {{s}} s',
    unsupported:
      'This browser cannot play the source’s codec ({{codec}}). You can drop, close or cut; what you have not seen cannot be released.',
    sound: 'Sound alone',
    state: { empty: 'Waiting for the source', loading: 'Loading', paused: 'Paused' },
  },
} as const;
