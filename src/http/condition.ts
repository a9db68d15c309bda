// Condition: whether a caller has the representation already, or means to change the one that it has (RFC 9110 section 13.1).

/** One entity tag: strong or weak, and the opaque text between its quotes (section 8.8.3). */
const tagPattern = /(?:[Ww]\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/**
 * Whether `If-None-Match` names the tag: by the weak comparison, in a list, or by `*`. What is no entity tag matches nothing,
 * which costs a whole answer and is never wrong.
 */
export function isUnchanged(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(tagPattern)].some(([, opaque]) => opaque === etag);
}

/**
 * The tags that `If-Match` names; undefined where every representation will do: without it, and with `*`. Weak tags are left out, for
 * the comparison is the strong one (section 13.1.1). What is no entity tag matches nothing, so that nothing is changed.
 */
export function matchingTags(ifMatch: string | null): readonly string[] | undefined {
  if (ifMatch === null || ifMatch.trim() === '*') return undefined;
  return [...ifMatch.matchAll(tagPattern)].flatMap(([tag, opaque]) => (opaque === tag ? [opaque] : []));
}
