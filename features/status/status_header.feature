Feature: What `mirrord operator status` says of the operator itself

  Above the table stand the operator's version, the namespace that it takes when none is named, and its license.

  @req-STAT-006
  Scenario: Version, namespace and license
    Given the world "licensed"
    When Aviram runs "mirrord operator status"
    Then the command succeeds
    And the output contains
      """

      Operator version: 3.187.0
      Operator default namespace: default
      Operator License
          name: Team of the visit counter
          organization: Visit Counter Ltd
          expire at:  5-Mar-2030

      """

  @req-STAT-007
  Scenario: Standard output holds nothing else, so that it can be read by a program
    Given the world "visit-counter"
    When Aviram runs "mirrord operator status"
    Then the output does not contain "fetching status"

  @req-STAT-008
  Scenario Outline: In other progress modes what is being done is told beside it
    Given the world "visit-counter"
    And the environment variable "MIRRORD_PROGRESS_MODE" is "<mode>"
    When Aviram runs "mirrord operator status"
    Then the command succeeds
    And the output contains "<text>"

    Examples:
      | mode   | text            |
      | dumb   | fetching status |
      | simple | fetched status  |
      | json   | NewTask         |
      | off    | Session ID      |
