// Condition: whether a caller has the representation already (RFC 9110 section 13.1.2).

/** One entity tag: strong or weak, and the opaque text between its quotes (section 8.8.3). */
const tagPattern = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/**
 * Whether `If-None-Match` names the tag: by the weak comparison, in a list, or by `*`. What is no entity tag matches nothing,
 * which costs a whole answer and is never wrong.
 */
export function isUnchanged(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(tagPattern)].some(([, opaque]) => opaque === etag);
}
