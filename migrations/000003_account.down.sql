DROP TABLE account_token, account_session, account_scope, account;
