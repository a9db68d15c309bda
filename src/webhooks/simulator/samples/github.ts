// GitHub: repository webhooks (docs.github.com/webhooks/webhook-events-and-payloads).
import { isoOf, uuidOf, type Fresh, type Sample, type Samples } from '../sample.ts';

const sender = { login: 'grace-sample', id: 90_000_001, type: 'User', site_admin: false };

const repository = {
  id: 700_000_001,
  name: 'signals',
  full_name: 'sample-org/signals',
  private: true,
  owner: { login: 'sample-org', id: 90_000_000, type: 'Organization' },
  html_url: 'https://github.com/sample-org/signals',
  default_branch: 'main',
};

function hook(event: string, fresh: Fresh, json: object): Sample {
  return {
    headers: {
      'User-Agent': 'GitHub-Hookshot/0000000',
      'X-GitHub-Event': event,
      'X-GitHub-Delivery': uuidOf(fresh),
      'X-GitHub-Hook-ID': '400000001',
      'X-GitHub-Hook-Installation-Target-Type': 'repository',
      'X-GitHub-Hook-Installation-Target-ID': String(repository.id),
    },
    json: { ...json, repository, sender },
  };
}

/** A commit's id: forty hex digits. */
function shaOf({ id }: Fresh, nth: number): string {
  return `${nth}${id}0000000`.slice(0, 40);
}

function push(fresh: Fresh): object {
  const person = { name: 'Grace Sample', email: 'grace@example.com', username: sender.login };
  const commit = {
    id: shaOf(fresh, 1),
    tree_id: shaOf(fresh, 2),
    distinct: true,
    message: 'Oil the levers',
    timestamp: isoOf(fresh),
    url: `${repository.html_url}/commit/${shaOf(fresh, 1)}`,
    author: person,
    committer: person,
    added: [],
    removed: [],
    modified: ['levers.md'],
  };
  return {
    ref: 'refs/heads/main',
    before: shaOf(fresh, 0),
    after: commit.id,
    created: false,
    deleted: false,
    forced: false,
    compare: `${repository.html_url}/compare/${shaOf(fresh, 0).slice(0, 12)}...${commit.id.slice(0, 12)}`,
    commits: [commit],
    head_commit: commit,
    pusher: { name: sender.login, email: 'grace@example.com' },
  };
}

function pullRequest(fresh: Fresh, action: string): object {
  const number = 1 + (fresh.serial % 500);
  return {
    action,
    number,
    pull_request: {
      id: 1_900_000_000 + number,
      number,
      state: 'open',
      locked: false,
      title: 'Oil the levers',
      body: 'They squeak.',
      draft: false,
      merged: false,
      user: sender,
      created_at: isoOf(fresh),
      updated_at: isoOf(fresh),
      html_url: `${repository.html_url}/pull/${number}`,
      head: { ref: 'oil', sha: shaOf(fresh, 1), label: 'sample-org:oil' },
      base: { ref: 'main', sha: shaOf(fresh, 0), label: 'sample-org:main' },
      commits: 1,
      additions: 3,
      deletions: 1,
      changed_files: 1,
    },
  };
}

export const github: Samples = {
  push: (fresh) => hook('push', fresh, push(fresh)),
  pull_request: (fresh) => hook('pull_request', fresh, pullRequest(fresh, 'opened')),
  'pull_request.closed': (fresh) => hook('pull_request', fresh, pullRequest(fresh, 'closed')),
  ping: (fresh) =>
    hook('ping', fresh, {
      zen: 'Keep it simple.',
      hook_id: 400_000_001,
      hook: {
        type: 'Repository',
        id: 400_000_001,
        name: 'web',
        active: true,
        events: ['push', 'pull_request'],
        config: { content_type: 'json', insecure_ssl: '0', url: 'https://box.example/v1/hooks/github' },
      },
    }),
};
