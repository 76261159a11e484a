@needs_faults
Feature: An operator that is away

  The operator is a server behind the cluster's own. When it does not answer, the cluster says so, and goes on serving
  everything else.

  Background:
    Given the world "visit-counter"

  Scenario: The operator goes away and comes back
    When the operator becomes unreachable
    And the administrator lists "sessions.operator.metalbear.co"
    Then it is refused with the code 503
    When the administrator lists "pods"
    Then it is not refused
    When the operator is reachable again
    And the administrator lists "sessions.operator.metalbear.co"
    Then it is not refused
