DROP VIEW institution_public;
DROP TABLE community_member, community, institution, division;
