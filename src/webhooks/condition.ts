// Condition: what a request must be like for a scheme or a handshake to apply.
import { fillTemplate, type Lookup } from './template.ts';

/** `at` is a template. Without `equals`, `oneOf` and `absent`, the place has to hold anything at all. */
export interface Condition {
  readonly at: string;
  readonly equals?: string;
  readonly oneOf?: readonly string[];
  readonly absent?: true;
}

/** Whether the request meets the condition. */
export function meets(condition: Condition, lookup: Lookup): boolean {
  const text = fillTemplate(condition.at, lookup);
  if (condition.absent === true) return text === undefined;
  if (condition.oneOf !== undefined) return text !== undefined && condition.oneOf.includes(text);
  return condition.equals === undefined ? text !== undefined : text === condition.equals;
}
