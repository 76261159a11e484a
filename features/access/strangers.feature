Feature: People who have nothing to do with mirrord

  Background:
    Given the world "visit-counter"
    And Aviram runs mirrord on "deployment/ip-visit-counter" as session "A1"

  @req-RBAC-008
  Scenario Outline: A stranger is told at once that they may not even see the operator
    When Eve runs "mirrord operator session <command>"
    Then the command fails
    And the error contains
      """
      mirrord operator rejected finding operator: mirrordoperators.operator.metalbear.co "operator" is forbidden: User "eve@example.com" cannot get resource "mirrordoperators" in API group "operator.metalbear.co" at the cluster scope
      """
    And the session "A1" is listed

    Examples:
      | command       |
      | kill --id A1  |
      | kill-all      |
      | retain-active |

  @req-RBAC-009
  Scenario: Without credentials there is no operator to be found
    When an anonymous client runs "mirrord operator session kill-all"
    Then the command fails
    And the error contains "mirrord operator was not found in the cluster."
    And the session "A1" is listed

  @req-RBAC-012
  Scenario: Who may see the operator and do nothing with it cannot start mirrord
    Given Eve may see the operator
    And Eve may "get" "deployments.apps"
    And Eve may "list" "pods"
    When Eve tries to run mirrord on "deployment/ip-visit-counter"
    Then it is refused with
      """
      targets.operator.metalbear.co "deployment.ip-visit-counter" is forbidden: User "eve@example.com" cannot proxy resource "targets" in API group "operator.metalbear.co" in the namespace "default"
      """
    And there is 1 session
