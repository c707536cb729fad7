META
key; value
vote_type; approval
rule; greedy
num_votes; 2

PROJECTS

project_id; cost; name
p1; 100; Tree
p2; 50; Bench
p3; 70; Lamp
VOTES
voter_id; vote
1; p1, p3
2; p3

