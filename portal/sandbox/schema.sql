-- The sandbox's own books: nothing here is known to the portal, and nothing of the portal is known here.

CREATE TABLE IF NOT EXISTS payment_intents (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL DEFAULT '',
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    payment_method TEXT,
    description TEXT,
    metadata TEXT NOT NULL DEFAULT '{}',
    latest_charge TEXT,
    last_payment_error TEXT,
    feed_reference TEXT UNIQUE
);
CREATE INDEX IF NOT EXISTS payment_intents_newest ON payment_intents (account, created, seq);

CREATE TABLE IF NOT EXISTS charges (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL DEFAULT '',
    payment_intent TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    amount_refunded INTEGER NOT NULL DEFAULT 0 CHECK (amount_refunded BETWEEN 0 AND amount),
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    payment_method TEXT NOT NULL,
    brand TEXT NOT NULL,
    last4 TEXT NOT NULL,
    description TEXT,
    metadata TEXT NOT NULL DEFAULT '{}',
    failure_code TEXT,
    balance_transaction TEXT,
    disputed INTEGER NOT NULL DEFAULT 0,
    behaviour TEXT NOT NULL DEFAULT 'normal'
);
CREATE INDEX IF NOT EXISTS charges_of_payment_intent ON charges (payment_intent);
CREATE INDEX IF NOT EXISTS charges_newest ON charges (account, created, seq);

CREATE TABLE IF NOT EXISTS refunds (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL DEFAULT '',
    charge TEXT NOT NULL,
    payment_intent TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    reason TEXT,
    pending_reason TEXT,
    failure_reason TEXT,
    metadata TEXT NOT NULL DEFAULT '{}',
    balance_transaction TEXT,
    failure_balance_transaction TEXT,
    reference TEXT,
    next_status TEXT,
    next_at REAL
);
CREATE INDEX IF NOT EXISTS refunds_of_charge ON refunds (charge);
CREATE INDEX IF NOT EXISTS refunds_of_payment_intent ON refunds (payment_intent);
CREATE INDEX IF NOT EXISTS refunds_newest ON refunds (account, created, seq);
CREATE INDEX IF NOT EXISTS refunds_due ON refunds (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS disputes (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL DEFAULT '',
    charge TEXT NOT NULL,
    payment_intent TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    created INTEGER NOT NULL,
    due_by INTEGER NOT NULL,
    metadata TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS disputes_of_charge ON disputes (charge);

CREATE TABLE IF NOT EXISTS balance_transactions (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL DEFAULT '',
    amount INTEGER NOT NULL,
    fee INTEGER NOT NULL,
    currency TEXT NOT NULL,
    type TEXT NOT NULL,
    reporting_category TEXT NOT NULL,
    description TEXT,
    source TEXT NOT NULL,
    created INTEGER NOT NULL,
    settled_in TEXT,
    exchange_rate REAL
);
CREATE INDEX IF NOT EXISTS balance_transactions_newest ON balance_transactions (account, created, seq);
CREATE INDEX IF NOT EXISTS balance_transactions_of_source ON balance_transactions (source);

-- Money of these currencies is kept in another one on the balance; amounts above are those of the objects themselves.
CREATE TABLE IF NOT EXISTS settlements (
    currency TEXT PRIMARY KEY,
    settled_in TEXT NOT NULL,
    rate REAL NOT NULL CHECK (rate > 0)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL DEFAULT '',
    type TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_newest ON events (account, created, seq);

CREATE TABLE IF NOT EXISTS idempotency (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    path TEXT NOT NULL,
    digest TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (account, key)
) WITHOUT ROWID;

-- Every signed message to the portal, Stripe's and the warehouse's, until the portal has taken it.
CREATE TABLE IF NOT EXISTS posts (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    due_at REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_answer TEXT,
    delivered_at REAL
);
CREATE INDEX IF NOT EXISTS posts_due ON posts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS posts_of_subject ON posts (subject);

CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY,
    received_at REAL NOT NULL,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    message_id TEXT NOT NULL,
    source BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS mails_to ON mails (recipient, id);

CREATE TABLE IF NOT EXISTS warehouse_orders (
    seq INTEGER PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    warehouse_ref TEXT NOT NULL,
    request TEXT NOT NULL,
    accepted INTEGER NOT NULL,
    reason TEXT,
    arrives_on TEXT,
    state TEXT NOT NULL,
    carrier TEXT,
    tracking_number TEXT,
    created REAL NOT NULL,
    next_state TEXT,
    next_at REAL
);
CREATE INDEX IF NOT EXISTS warehouse_orders_due ON warehouse_orders (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS out_of_stock (sku TEXT PRIMARY KEY) WITHOUT ROWID;

-- What the warehouse accepts, and says no to when it should leave.
CREATE TABLE IF NOT EXISTS refused_late (sku TEXT PRIMARY KEY) WITHOUT ROWID;

-- The fault script; seen counts what fitted a line, hits what was met by it.
CREATE TABLE IF NOT EXISTS faults (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    line TEXT NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0,
    hits INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
