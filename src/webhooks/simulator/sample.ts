// Sample: what a vendor would say, before it is signed. Names, numbers and addresses are made up; the shapes are the vendors' own.

/** What makes one sample another event than the last. */
export interface Fresh {
  /** 32 hex digits. */
  readonly id: string;
  /** The same as a number, of twelve digits at most. */
  readonly serial: number;
  readonly now: Date;
}

/** Headers beside the signature's, and one body: JSON, the fields of a form, or text as it stands. */
export type Sample = { readonly headers?: Readonly<Record<string, string>> } & (
  | { readonly json: unknown }
  | { readonly form: Readonly<Record<string, string>> }
  | { readonly text: string }
);

/** The samples of a vendor, by its own names of the events. */
export type Samples = Readonly<Record<string, (fresh: Fresh) => Sample>>;

/** The id written as the UUID that many vendors use. */
export function uuidOf({ id }: Fresh): string {
  return [
    id.slice(0, 8),
    id.slice(8, 12),
    `4${id.slice(13, 16)}`,
    `8${id.slice(17, 20)}`,
    id.slice(20, 32),
  ].join('-');
}

/** Whole seconds since the epoch. */
export function secondsOf({ now }: Fresh): number {
  return Math.floor(now.getTime() / 1000);
}

/** RFC 3339 without fractions. */
export function isoOf({ now }: Fresh): string {
  return now.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
