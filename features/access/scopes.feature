Feature: Rights in a namespace, by group, and none at all

  The kill commands ask the whole cluster, whatever namespace a session is in. So a right that holds in a namespace
  does not help them.

  Background:
    Given the world "busy"
    And a user Noa in the group "on-call"
    And Noa has the role "mirrord-operator-user-basic"

  @req-RBAC-007
  Scenario: A Role in the session's namespace never suffices
    Given Noa may "delete and deletecollection" "sessions" in the namespace "default"
    When Noa runs "mirrord operator session kill --id C527FE7D9C30979E"
    Then the command fails
    And the session "C527FE7D9C30979E" is listed

  @req-RBAC-007
  Scenario: Nor does a ClusterRole that is bound in the namespace
    Given Noa has the role "mirrord-operator-user" in the namespace "default"
    When Noa runs "mirrord operator session kill-all"
    Then the command fails
    And there are 2 sessions

  @destructive @req-RBAC-010
  Scenario: A right may come by group
    Given the group "on-call" has the role "mirrord-operator-user"
    When Noa runs "mirrord operator session kill-all"
    Then the command succeeds
    And there are no sessions

  @req-RBAC-011
  Scenario: Without any right on sessions both are denied
    When Noa runs "mirrord operator session kill --id C527FE7D9C30979E"
    Then the command fails
    And Noa may not "delete" "sessions.operator.metalbear.co"
    And Noa may not "deletecollection" "sessions.operator.metalbear.co"
    And there are 2 sessions
