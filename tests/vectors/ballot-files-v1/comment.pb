META
key;value
vote_type;approval
rule;greedy
comment;#1: Counted twice.
PROJECTS
project_id;cost;name
p1;100;Tree
p2;50;Bench
p3;70;Lamp
VOTES
voter_id;vote
1;p1
