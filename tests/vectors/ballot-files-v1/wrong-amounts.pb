META
key;value
vote_type;approval
budget;1,000
PROJECTS
project_id;cost;name
p1;-100;Tree
p2;50;Bench
p3;70 EUR;Lamp
VOTES
voter_id;vote
1;p1
