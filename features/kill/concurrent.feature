Feature: Ending sessions while others begin

  A team does not stand still while somebody tidies up.

  Background:
    Given the world "visit-counter"
    And Aviram runs mirrord on "deployment/ip-visit-counter" as session "A1"

  @req-KILL-019
  Scenario: A session that begins while another is being ended is not touched
    When Dana runs "mirrord operator session kill --id A1" while Dana starts mirrord on "deployment/ip-visit-counter" as session "D1"
    Then the command succeeds
    And the session "A1" is gone
    And the session "D1" is listed
    And Dana is still connected

  @destructive @req-KILL-019
  Scenario: A session that begins just before all are ended is ended with them
    When Dana runs "mirrord operator session kill-all" while Dana starts mirrord on "deployment/ip-visit-counter" as session "D1"
    Then the command succeeds
    And there are no sessions
    And Dana is disconnected

  @req-KILL-020
  Scenario: Whoever was ended may start again at once, as a new session
    When Dana runs "mirrord operator session kill --id A1"
    And Aviram runs mirrord on "deployment/ip-visit-counter" as session "A2"
    Then the sessions are
      | id |
      | A2 |

  @req-KILL-021
  Scenario: The id of an ended session is not used again
    When Dana runs "mirrord operator session kill --id A1"
    And Aviram tries to run mirrord on "deployment/ip-visit-counter" as session "A1"
    Then it is refused
    And there are no sessions
