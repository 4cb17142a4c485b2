DROP TABLE sign_in_failure, account_token, account_session, account_scope, account;
