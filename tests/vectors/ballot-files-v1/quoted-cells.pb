META
key;value
description;"Square; ""big"" one"
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name
p1;100;"Tree; tall"
"p;2";50;"""Bench"""
p3;70;"Lamp" on a pole
VOTES
voter_id;vote;note
1;"p1,p;2";"a;b"
2;p3;c
