PRAGMA application_id = 1397576514;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE alias (
        value TEXT, message INTEGER, last INTEGER NOT NULL, PRIMARY KEY (value, message)) WITHOUT ROWID
    ;
INSERT INTO "alias" VALUES('b-1',1,3);
CREATE TABLE attempt (callback INTEGER NOT NULL, body BLOB NOT NULL, more TEXT NOT NULL);
INSERT INTO "attempt" VALUES(5,X'006E6F','[1,1,2,3,4.5,[["A","b"],["A","c"]],500,[["X","y"]],"","failed"]');
CREATE TABLE callback (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, space INTEGER NOT NULL, message INTEGER NOT NULL,
        message_id TEXT NOT NULL, provider TEXT NOT NULL, account TEXT NOT NULL, status TEXT NOT NULL,
        state TEXT NOT NULL, happened_at INTEGER NOT NULL, next_attempt_at INTEGER, post BLOB NOT NULL,
        more TEXT NOT NULL);
INSERT INTO "callback" VALUES(5,'c-5',1,2,'m-2','namirial','app','sent','pending',5000,9,X'','["report","http://localhost/hook",["n-1","sent",7,"E201","gone"],null,{}]');
CREATE TABLE due (
        seq INTEGER PRIMARY KEY, space INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
        message INTEGER NOT NULL, callback INTEGER NOT NULL, pending INTEGER NOT NULL, held TEXT NOT NULL,
        plan BLOB NOT NULL);
INSERT INTO "due" VALUES(4,1,5000,'timeline',1,0,1,'',X'5B302C5B5B393030302C393030302C2273656E74222C393030302C747275652C312C6E756C6C2C6E756C6C5D5D5D');
INSERT INTO "due" VALUES(6,1,5000,'attempt',2,5,1,'',X'');
CREATE TABLE fact (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE link (
        code TEXT, space INTEGER, message INTEGER, url TEXT NOT NULL, clicks INTEGER NOT NULL,
        PRIMARY KEY (code, space, message)) WITHOUT ROWID
    ;
INSERT INTO "link" VALUES('abc',1,3,'http://x',2);
CREATE TABLE message (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, space INTEGER NOT NULL, provider TEXT NOT NULL,
        account TEXT NOT NULL, recipient TEXT NOT NULL, sender TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL,
        accepted_at INTEGER NOT NULL, state_at INTEGER NOT NULL, reference TEXT NOT NULL, rule TEXT NOT NULL,
        settled INTEGER NOT NULL, more TEXT NOT NULL);
INSERT INTO "message" VALUES(1,'m-1',1,'namirial','app','+447700900001','Shop','Your code is 123456','queued',1000,1000,'r-1','everything',0,'["gsm7",1,"http://localhost/hook",{"bulkId":"b-1","id":"m-1"},{"detailed":false}]');
INSERT INTO "message" VALUES(2,'m-2',1,'namirial','app','+447700900001','Shop','Your code is 123456','queued',2000,2000,'r-1','everything',0,'["gsm7",1,"http://localhost/hook",{"bulkId":"b-1","id":"m-2"},{"detailed":false}]');
INSERT INTO "message" VALUES(3,'m-3',1,'namirial','app','+447700900001','Shop','Your code is 123456','queued',3000,3000,'r-1','everything',1,'["gsm7",1,"http://localhost/hook",{"bulkId":"b-1","id":"m-3"},{"detailed":false}]');
CREATE TABLE receipt (message INTEGER NOT NULL, more TEXT NOT NULL);
INSERT INTO "receipt" VALUES(2,'[["n-1","sent",7,null,null],true,"timeline"]');
CREATE TABLE replay (
        space INTEGER, key TEXT, at INTEGER NOT NULL, body BLOB NOT NULL, more TEXT NOT NULL, message INTEGER,
        PRIMARY KEY (space, key)) WITHOUT ROWID
    ;
INSERT INTO "replay" VALUES(1,'k',100,X'7B7D','[200,[["X","y"]],["m-3"]]',3);
CREATE TABLE request (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, space INTEGER NOT NULL, provider TEXT NOT NULL,
        operation TEXT NOT NULL, account TEXT NOT NULL, outcome TEXT NOT NULL, error TEXT NOT NULL, rule TEXT NOT NULL,
        received_at INTEGER NOT NULL, duration_ms REAL NOT NULL, client_gave_up INTEGER NOT NULL, body BLOB NOT NULL,
        answer_body BLOB NOT NULL, more TEXT NOT NULL);
INSERT INTO "request" VALUES(7,'q-7',1,'namirial','send','app','accepted','','everything',7000,0.5,0,X'7B2274657874223A2022FF227D',X'7B7D','[[["accept","*/*"]],[["X","y"]],["m-7"],["+447700900001"],["Your code is 123456"],"POST","/api/Services/send",null,200,77]');
CREATE TABLE space (
        n INTEGER PRIMARY KEY, name TEXT UNIQUE, config TEXT,
        messages INTEGER NOT NULL DEFAULT 0, requests INTEGER NOT NULL DEFAULT 0,
        evicted_messages INTEGER NOT NULL DEFAULT 0, evicted_requests INTEGER NOT NULL DEFAULT 0,
        evicted_callbacks INTEGER NOT NULL DEFAULT 0);
INSERT INTO "space" VALUES(1,'t1','{"seed":7}',3,1,0,0,0);
CREATE TABLE subscription (
        space INTEGER, campaign TEXT, number TEXT, subscribed INTEGER NOT NULL,
        PRIMARY KEY (space, campaign, number)) WITHOUT ROWID
    ;
INSERT INTO "subscription" VALUES(1,'c','+447700900001',1);
CREATE INDEX message_by_space ON message (space);
CREATE INDEX message_by_recipient ON message (space, recipient);
CREATE INDEX message_by_reference ON message (space, reference) WHERE reference <> '';
CREATE INDEX message_by_id ON message (id);
CREATE INDEX message_settled ON message (space) WHERE settled = 1;
CREATE INDEX link_by_message ON link (message);
CREATE INDEX due_by_instant ON due (space, at, seq, pending);
CREATE INDEX due_by_message ON due (message);
CREATE INDEX due_held ON due (space) WHERE held <> '';
CREATE INDEX receipt_by_message ON receipt (message);
CREATE INDEX callback_by_space ON callback (space, seq, id);
CREATE INDEX callback_by_message ON callback (message);
CREATE INDEX callback_pending ON callback (space) WHERE state = 'pending';
CREATE INDEX attempt_by_callback ON attempt (callback);
CREATE INDEX request_by_space ON request (space, seq, id);
CREATE INDEX replay_by_message ON replay (message);
COMMIT;
