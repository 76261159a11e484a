@needs_kubelet
Feature: Targets whose pods change

  A session is bound to its target, not to pods: when pods come and go it has its ports on those that are there now. Only a
  target that has had no pod for a minute takes its session with it.

  Background:
    Given the world "visit-counter"
    And the deployment "shop" with 2 replicas
    And Dana runs mirrord on "deployment/shop"
    And Dana steals port 80

  @req-TARG-010
  Scenario: A pod that is deleted is replaced, and its successor is covered
    When a pod of "shop" is deleted
    Then Dana is still connected
    When Aviram runs mirrord on a pod of "shop"
    And Aviram tries to steal port 80
    Then it is refused

  @req-TARG-011
  Scenario: A restart of the whole workload
    When the deployment "shop" is restarted
    Then Dana is still connected
    And Dana's session holds the ports
      """
      Port: 80, Type: steal
      """
    When Aviram runs mirrord on a pod of "shop"
    And Aviram tries to steal port 80
    Then it is refused

  @req-TARG-012
  Scenario: More pods are covered, too
    When the deployment "shop" is scaled to 4
    And Aviram runs mirrord on a pod of "shop"
    And Aviram tries to steal port 80
    Then it is refused

  @needs_clock_control @req-TARG-013
  Scenario: Without pods the session waits for a minute
    When the deployment "shop" is scaled to 0
    And 59 seconds pass
    Then Dana is still connected
    When 1 second passes
    Then Dana's session is gone
    And Dana was told "session was closed: NoPodTargets"

  @needs_clock_control @req-TARG-014
  Scenario: Pods that come in time save it
    When the deployment "shop" is scaled to 0
    And 40 seconds pass
    And the deployment "shop" is scaled to 1
    And 1 hour passes
    Then Dana is still connected
    When Aviram runs mirrord on a pod of "shop"
    And Aviram tries to steal port 80
    Then it is refused

  @needs_clock_control @needs_operator_control @req-TARG-013
  Scenario: For how long it waits is a value of the chart
    Given the operator's values are
      """
      operator.noPodTargetsSessionTimeoutMillis: 5000
      """
    When the deployment "shop" is scaled to 0
    And 5 seconds pass
    Then Dana's session is gone

  @needs_clock_control @req-TARG-015
  Scenario: A workload that is deleted is a workload without pods
    When the deployment "shop" is deleted
    And 59 seconds pass
    Then Dana is still connected
    When 1 second passes
    Then Dana's session is gone

  @needs_clock_control @req-TARG-016
  Scenario: A session that starts on a workload without pods waits, too
    Given the deployment "empty" with 0 replicas
    When Aviram runs mirrord on "deployment/empty"
    And 59 seconds pass
    Then Aviram's session is listed
    When 1 second passes
    Then Aviram's session is gone
