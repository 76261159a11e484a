Feature: Who may read the status

  @req-STAT-009 @req-RBAC-001
  Scenario: The smallest of the product's roles is enough
    Given the world "visit-counter"
    And a user Noa
    And Noa has the role "mirrord-operator-user-basic"
    When Noa runs "mirrord operator status"
    Then the command succeeds

  @req-STAT-010 @req-RBAC-008
  Scenario: A stranger is told what they lack
    Given the world "visit-counter"
    When Eve runs "mirrord operator status"
    Then the command fails
    And the error contains
      """
      mirrord operator rejected finding operator: mirrordoperators.operator.metalbear.co "operator" is forbidden: User "eve@example.com" cannot get resource "mirrordoperators" in API group "operator.metalbear.co" at the cluster scope
      """

  @req-STAT-011 @req-RBAC-009
  Scenario: Who shows no credentials learns nothing, not even that there is an operator
    Given the world "visit-counter"
    When an anonymous client runs "mirrord operator status"
    Then the command fails
    And the error contains "mirrord operator was not found in the cluster."
