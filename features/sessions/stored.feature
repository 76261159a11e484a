@needs_operator_control
Feature: Sessions as the operator keeps them

  The operator keeps a MirrordClusterSession in the cluster for each session. Administrators can look at them with kubectl,
  and see for a while why one was closed.

  Background:
    Given the world "visit-counter"
    And the operator keeps its sessions in the cluster
    And Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"

  @req-STOR-001
  Scenario: Who impersonates what
    When Aviram runs mirrord on "targetless" as session "A1"
    Then the stored sessions are
      | name | user          | namespace | target                      |
      | d1   | Dana Levi     | default   | Deployment/ip-visit-counter |
      | a1   | Aviram Hassan | default   |                             |

  @needs_clock_control @req-STOR-002
  Scenario: Why a session was closed can be read for a while
    Given the stored sessions are
      | name | reason | being deleted |
      | d1   |        | no            |
    When Aviram runs "mirrord operator session stop --id D1"
    Then the stored sessions are
      | name | reason | being deleted |
      | d1   | Killed | yes           |
    When 10 seconds pass
    Then the stored sessions are
      | name |

  @needs_clock_control @req-STOR-003
  Scenario Outline: Every reason is recorded
    Given the operator's values are
      """
      operator.maxSessionTimeSeconds: <limit>
      """
    When <what happens>
    And <time> pass
    Then the stored sessions are
      | name | reason   | being deleted |
      | d1   | <reason> | yes           |

    Examples:
      | limit | what happens                                     | time       | reason            |
      | 60    | 59 seconds pass                                  | 2 seconds  | TimeLimitExceeded |
      | 3600  | Dana stops mirrord                               | 31 seconds | Unused            |

  @needs_clock_control @needs_kubelet @req-STOR-003
  Scenario: Even that there is nothing to target any more
    When the deployment "ip-visit-counter" is scaled to 0
    And 60 seconds pass
    Then the stored sessions are
      | name | reason       | being deleted |
      | d1   | NoPodTargets | yes           |

  @req-STOR-004
  Scenario: After a failover those that were lost say so
    Given the license is of the tier "teams"
    When another instance of the operator takes over
    Then the stored sessions are
      | name | reason    |
      | d1   | StateLost |

  @req-STOR-005
  Scenario: Deleting one ends its session
    Given the stored sessions are
      | name |
      | d1   |
    When the administrator deletes the stored session "d1"
    Then the session "D1" is gone
    And Dana is disconnected

  @needs_kubectl @req-STOR-006
  Scenario: kubectl shows them in columns
    Given the stored sessions are
      | name |
      | d1   |
    When the administrator runs "kubectl get mirrordclustersessions"
    Then the command succeeds
    And the output contains "CLOSE REASON"
    And the output contains "dana@metalbear.co"
