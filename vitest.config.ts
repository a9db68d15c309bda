import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Secrets of the test box: obviously fake, each long enough for its rule. */
const secrets = {
  SIGNALBOX_ROOT_KEY: 'test-root-key-0123456789abcdef0123456789',
  SHOPIFY_WEBHOOK_SECRET: 'test-shopify-secret',
  HR_WEBHOOK_SECRET: 'whsec_dGVzdC1oci1zZWNyZXQtdGVzdC1oci1zZWNyZXQ=',
  CRM_TOKEN: 'test-crm-token',
  ONBOARDING_TOKEN: 'test-onboarding-token',
  CALLBACK_SECRET: 'whsec_dGVzdC1jYWxsYmFjay1zZWNyZXQtdGVzdC1jYWxsYmFjaw==',
  TEST_GITHUB_SECRET: 'test-github-secret',
  TEST_STRIPE_SECRET: 'whsec_test_stripe_secret',
  TEST_SHOPIFY_SECRET: 'test-shopify-secret-2',
  TEST_SLACK_SECRET: 'test-slack-signing-secret',
  TEST_STANDARDWEBHOOKS_SECRET: 'whsec_dGVzdC1zdGFuZGFyZC1zZWNyZXQtdGVzdC1zdGFuZA==',
  TEST_GENERIC_SECRET: 'test-generic-secret',
};

export default defineConfig({
  plugins: [
    cloudflareTest(({ inject }) => {
      const peerUrl = inject<string>('peerUrl');
      return {
        main: './test/worker.ts',
        wrangler: { configPath: './wrangler.toml' },
        miniflare: {
          bindings: {
            ...secrets,
            PEER_URL: peerUrl,
            CRM_URL: `${peerUrl}/answer`,
            SIGNALBOX_ALLOW_PRIVATE_HOSTS: new URL(peerUrl).host,
          },
        },
      };
    }),
  ],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/process/**', 'test/simulation/**'],
    // It is written as modules and packed as scripts: it has to be bundled, as wrangler does.
    deps: { optimizer: { ssr: { enabled: true, include: ['itty-durable'] } } },
    // A machine of two cores that is busy elsewhere too must not fail a test that waits for an alarm to be rung.
    // What a test waits for has a bound of its own (test/until.ts), which says what has not come.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ['./test/peer/global-setup.ts'],
  },
});
