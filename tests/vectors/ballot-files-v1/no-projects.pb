META
key;value
vote_type;approval
rule;greedy
VOTES
voter_id;vote
1;p1
