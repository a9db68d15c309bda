// URLs written from an event's values: none of them changes where the request goes.
import { describe, expect, it } from 'vitest';
import { url } from '../../../src/engine/outbound/url.ts';

describe('SS-18: a value in the host', () => {
  const host = 'evil.example.com';

  it('is refused, wherever in the host it stands', () => {
    expect(() => url`https://${host}/`).toThrow('a value may not stand in its scheme or host');
    expect(() => url`https://api.${host}/`).toThrow(TypeError);
    expect(() => url`https://api.example.com${'.evil.example.com/'}`).toThrow(TypeError);
    expect(() => url`https://api.example.com:${443}/`).toThrow(TypeError);
    expect(() => url`https://${'user'}@api.example.com/`).toThrow(TypeError);
    expect(() => url`${'https'}://api.example.com/`).toThrow(TypeError);
    expect(() => url`${'https://evil.example.com'}/orders`).toThrow(TypeError);
  });

  it('is taken as a base where it is a URL, which no event holds', () => {
    expect(url`${new URL('https://crm.example.com/v1/')}/orders/${7}`).toBe(
      'https://crm.example.com/v1/orders/7',
    );
    expect(url`${new URL('https://crm.example.com')}/orders`).toBe('https://crm.example.com/orders');
    expect(() => url`https://api.example.com/${new URL('https://evil.example.com')}`).toThrow(
      'a base can only come first',
    );
    expect(() => url`${new URL('https://crm.example.com/?a=1')}/orders`).toThrow(TypeError);
  });
});

describe('SS-19: a value in the path', () => {
  it('stays one segment', () => {
    expect(url`https://api.example.com/orders/${'../admin?x=1#'}`).toBe(
      'https://api.example.com/orders/..%2Fadmin%3Fx%3D1%23',
    );
    expect(new URL(url`https://api.example.com/orders/${'../admin?x=1#'}`).pathname).toBe(
      '/orders/..%2Fadmin%3Fx%3D1%23',
    );
    expect(new URL(url`https://api.example.com/orders/${'%2e%2e'}/x`).pathname).toBe('/orders/%252e%252e/x');
  });

  it.each(['.', '..', ''])('is refused where a parser would take it away: %j', (value) => {
    expect(() => url`https://api.example.com/orders/${value}/items`).toThrow(TypeError);
  });

  it('may have dots in it, a space, other scripts, and half a character', () => {
    expect(url`https://api.example.com/${'a..b'}/${'a b'}/${'ü'}/${'\uD800'}`).toBe(
      'https://api.example.com/a..b/a%20b/%C3%BC/%EF%BF%BD',
    );
  });
});

describe('a value in the query', () => {
  it('stays one value', () => {
    expect(url`https://api.example.com/orders?note=${'a&b=c#d'}&page=${2}&empty=${''}&dots=${'..'}`).toBe(
      'https://api.example.com/orders?note=a%26b%3Dc%23d&page=2&empty=&dots=..',
    );
  });

  it('is refused after a #, which is not sent', () => {
    expect(() => url`https://api.example.com/#${'a'}`).toThrow(TypeError);
  });
});
