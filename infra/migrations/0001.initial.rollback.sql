drop table receipts, segments, renditions, tasks, videos, guests, invites, sessions, login_failures, access_tokens, users;
