DROP TABLE policy_override;
DROP TABLE policy_order;
