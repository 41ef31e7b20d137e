"""Says what cloudsplaining finds in policies and what of it has no answer, and parses SQL as Athena would.

Called by scripts/policies.ts, which hands the input over as JSON: policies and answers by name, and SQL.
"""

import json
import sys

import sqlglot
from cloudsplaining.scan.policy_document import PolicyDocument

# What cloudsplaining knows of a policy, each a list of findings.
KINDS = [
    "allows_privilege_escalation",
    "permissions_management_without_constraints",
    "allows_data_exfiltration_actions",
    "credentials_exposure",
    "infrastructure_modification",
    "service_wildcard",
]


def findings(document):
    """The actions, or other words, that cloudsplaining finds nothing to limit."""
    policy = PolicyDocument(document)
    for kind in KINDS:
        for found in getattr(policy, kind):
            yield found if isinstance(found, str) else json.dumps(found, sort_keys=True)


def main():
    given = json.load(sys.stdin)
    problems = []
    for name, document in given["policies"].items():
        found = set(findings(document))
        answered = set(given["answers"].get(name, {}))
        problems += [f"{name}: {action} has no answer." for action in sorted(found - answered)]
        problems += [f"{name}: {action} is answered and not found any more." for action in sorted(answered - found)]
        print(f"{name}: {len(found)} found by cloudsplaining, {len(found & answered)} answered.")
    for sql in given["sql"]:
        try:
            sqlglot.parse_one(sql, dialect="athena")
        except sqlglot.errors.SqlglotError as error:
            problems.append(f"SQL: {error}")
    print(f"{len(given['sql'])} queries parsed as Athena's SQL.")
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems or not given["sql"] else 0)


if __name__ == "__main__":
    main()
