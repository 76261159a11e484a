@needs_clock_control @needs_operator_control
Feature: An operator that is replaced

  Of the operator's instances one leads and serves. When it fails, its lease has to run out before another may lead: up to
  two minutes. Sessions of an Enterprise license are kept in the cluster and go on; others are lost, and so are those
  on a copied target.

  Background:
    Given the world "visit-counter"
    And Dana runs mirrord on "deployment/ip-visit-counter" as session "D1"

  @req-SESS-025
  Scenario: Sessions of the Enterprise tier are still there, and their clients come back
    When another instance of the operator takes over
    Then Dana is disconnected
    And Dana was told nothing
    And the session "D1" is listed
    When 20 seconds pass
    And Dana comes back to their session
    Then there is 1 session
    And Dana's session has lasted 20 seconds

  @req-SESS-026
  Scenario: Who does not come back to the new instance in time is not waited for
    When another instance of the operator takes over
    And 31 seconds pass
    Then there are no sessions

  @req-SESS-027
  Scenario: Sessions of the Teams tier end with the instance that made them
    Given the license is of the tier "teams"
    When another instance of the operator takes over
    Then there are no sessions
    And Dana was told "session was closed: StateLost"
    When Dana tries to come back to their session
    Then it is refused with the code 410 and the reason "ReconnectNotPossible"
    And it is refused because of "StateLost"

  @req-SESS-028
  Scenario: Sessions on a copied target are lost
    Given Dana copies "deployment/ip-visit-counter"
    And Dana connects to the copy
    When another instance of the operator takes over
    Then there is 1 session
    And the session "D1" is listed
    And Dana was told "session was closed: StateLost"

  @req-SESS-028
  Scenario: Unless copied pods are told to outlive the instance
    Given it is assumed of the operator that
      """
      copied_pods_persist: true
      """
    And Dana copies "deployment/ip-visit-counter"
    And Dana connects to the copy
    When another instance of the operator takes over
    Then there are 2 sessions

  @req-SESS-029
  Scenario: Ports are held over the change
    Given Dana steals port 80
    And Aviram runs mirrord on "deployment/ip-visit-counter"
    When another instance of the operator takes over
    And Dana comes back to their session
    And Aviram comes back to their session
    And Aviram tries to steal port 80
    Then it is refused

  @req-SESS-030
  Scenario: While nobody leads, nobody is served
    When the instance of the operator that leads fails
    Then Dana is disconnected
    When 1 minute passes
    And Dana tries to come back to their session
    Then it is refused with the code 503 and the reason "ServiceUnavailable"
    When 1 minute passes
    And Dana comes back to their session
    Then the session "D1" is listed

  @req-SESS-030
  Scenario: How long nobody leads depends on when the lease was last renewed
    When 59 seconds pass
    And the instance of the operator that leads fails
    And 60 seconds pass
    And Dana tries to come back to their session
    Then it is refused with the code 503 and the reason "ServiceUnavailable"
    When 1 second passes
    And Dana comes back to their session
    Then the session "D1" is listed

  @req-SESS-030
  Scenario: The command says that the operator does not answer
    When the instance of the operator that leads fails
    And Aviram runs "mirrord operator session kill-all"
    Then the command fails
